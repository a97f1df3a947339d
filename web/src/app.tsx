import type { RouteSectionProps } from '@solidjs/router'
import { Route, Router, useLocation, useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { lazy, Suspense } from 'solid-js'
import { AccountBanner } from './access/account-banner.tsx'
import { AccountLink } from './access/account-link.tsx'
import { ProjectSwitch } from './access/project-switch.tsx'
import { keepViewer, may } from './access/viewer.ts'
import { ApprovalBadge } from './approval/badge.tsx'
import { ConnectionLight } from './live/connection.tsx'
import { Live } from './live/live.tsx'
import { signOut } from './live/session.ts'
import { ModeBanner } from './schedule/mode.tsx'
import { Shell } from './ui/shell.tsx'

const Overview = lazy(async () => ({ default: (await import('./pages/overview/page.tsx')).OverviewPage }))
const Actions = lazy(async () => ({ default: (await import('./pages/actions/page.tsx')).ActionsPage }))
const NewAction = lazy(async () => ({ default: (await import('./pages/action-form/page.tsx')).NewActionPage }))
const EditAction = lazy(async () => ({ default: (await import('./pages/action-form/page.tsx')).EditActionPage }))
const Action = lazy(async () => ({ default: (await import('./pages/action/page.tsx')).ActionPage }))
const Invocations = lazy(async () => ({ default: (await import('./pages/invocations/page.tsx')).InvocationsPage }))
const Invocation = lazy(async () => ({ default: (await import('./pages/invocation/page.tsx')).InvocationPage }))
const BulkOperations = lazy(async () => ({ default: (await import('./pages/bulk-operations/page.tsx')).BulkOperationsPage }))
const Approvals = lazy(async () => ({ default: (await import('./pages/approvals/page.tsx')).ApprovalsPage }))
const Approval = lazy(async () => ({ default: (await import('./pages/approval/page.tsx')).ApprovalPage }))
const Audit = lazy(async () => ({ default: (await import('./pages/audit/page.tsx')).AuditPage }))
const Schedule = lazy(async () => ({ default: (await import('./pages/schedule/page.tsx')).SchedulePage }))
const Services = lazy(async () => ({ default: (await import('./pages/services/page.tsx')).ServicesPage }))
const Service = lazy(async () => ({ default: (await import('./pages/service/page.tsx')).ServicePage }))
const Settings = lazy(async () => ({ default: (await import('./pages/settings/page.tsx')).SettingsPage }))
const Members = lazy(async () => ({ default: (await import('./pages/members/page.tsx')).MembersPage }))
const Roles = lazy(async () => ({ default: (await import('./pages/roles/page.tsx')).RolesPage }))
const Role = lazy(async () => ({ default: (await import('./pages/role/page.tsx')).RolePage }))
const Tokens = lazy(async () => ({ default: (await import('./pages/tokens/page.tsx')).TokensPage }))
const Account = lazy(async () => ({ default: (await import('./pages/account/page.tsx')).AccountPage }))
const Invite = lazy(async () => ({ default: (await import('./pages/invite/page.tsx')).InvitePage }))
const Secrets = lazy(async () => ({ default: (await import('./pages/secrets/page.tsx')).SecretsPage }))
const Limits = lazy(async () => ({ default: (await import('./pages/limits/page.tsx')).LimitsPage }))
const Receipt = lazy(async () => ({ default: (await import('./pages/receipt/page.tsx')).ReceiptPage }))
const SignIn = lazy(async () => ({ default: (await import('./pages/sign-in/page.tsx')).SignInPage }))
const NotFound = lazy(async () => ({ default: (await import('./pages/not-found/page.tsx')).NotFoundPage }))

export function App(): JSX.Element {
  return (
    <Router root={Root}>
      <Route path="/sign-in" component={SignIn} />
      <Route path="/invite" component={Invite} />
      <Route path="/r/:token" component={Receipt} />
      <Route component={SignedIn}>
        <Route path="/" component={Overview} />
        <Route path="/actions" component={Actions} />
        <Route path="/actions/new" component={NewAction} />
        <Route path="/actions/:id/edit" component={EditAction} />
        <Route path="/actions/:id" component={Action} />
        <Route path="/invocations" component={Invocations} />
        <Route path="/invocations/bulk" component={BulkOperations} />
        <Route path="/invocations/:id" component={Invocation} />
        <Route path="/approvals" component={Approvals} />
        <Route path="/approvals/:id" component={Approval} />
        <Route path="/audit" component={Audit} />
        <Route path="/schedule" component={Schedule} />
        <Route path="/services" component={Services} />
        <Route path="/services/:id" component={Service} />
        <Route path="/settings" component={Settings} />
        <Route path="/settings/tokens" component={Tokens} />
        <Route path="/settings/secrets" component={Secrets} />
        <Route path="/settings/limits" component={Limits} />
        <Route path="/members" component={Members} />
        <Route path="/roles" component={Roles} />
        <Route path="/roles/:id" component={Role} />
        <Route path="/account" component={Account} />
        <Route path="*" component={NotFound} />
      </Route>
    </Router>
  )
}

function Root(props: RouteSectionProps): JSX.Element {
  const navigate = useNavigate()
  const location = useLocation()
  const onSignedOut = () => {
    if (['/sign-in', '/invite'].includes(location.pathname) || location.pathname.startsWith('/r/')) return
    const back = location.pathname + location.search
    navigate(back === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(back)}`, { replace: true })
  }
  return (
    <Live onSignedOut={onSignedOut}>
      <Suspense>{props.children}</Suspense>
    </Live>
  )
}

function SignedIn(props: RouteSectionProps): JSX.Element {
  keepViewer()
  const leave = async () => {
    await signOut()
    // A whole new page: nothing of the session stays in memory, and the socket is opened anew.
    window.location.assign('/sign-in')
  }
  return (
    <Shell
      connection={<ConnectionLight />}
      project={<ProjectSwitch />}
      who={<AccountLink />}
      waiting={<ApprovalBadge />}
      audit={may('ADMINISTER')}
      signOut={leave}
    >
      <ModeBanner />
      <AccountBanner />
      <Suspense>{props.children}</Suspense>
    </Shell>
  )
}
