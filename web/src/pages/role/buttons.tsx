import { useNavigate } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import type { RoleViewFragment } from '../../../../sdk/generated/operations.ts'
import { DeleteRoleDocument } from '../../../../sdk/generated/operations.ts'
import { RoleDialog } from '../../access/role-dialog.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'

/** What may be done with a custom role itself. */
export function RoleButtons(props: { role: RoleViewFragment; changed: () => void }): JSX.Element {
  const navigate = useNavigate()
  const [asked, setAsked] = createSignal<'edit' | 'delete'>()
  const close = () => setAsked(undefined)
  return (
    <>
      <IconButton icon="trash" label="Delete" onClick={() => setAsked('delete')} />
      <Button icon="edit" onClick={() => setAsked('edit')}>
        Edit
      </Button>
      <Show when={asked() === 'edit'}>
        <RoleDialog role={props.role} close={close} saved={() => props.changed()} />
      </Show>
      <ConfirmDialog
        open={asked() === 'delete'}
        title={`Delete ${props.role.name}?`}
        confirm="Delete"
        command={DeleteRoleDocument}
        variables={{ id: props.role.id }}
        done={() => {
          toast(`${props.role.name} was deleted.`)
          navigate('/roles', { replace: true })
        }}
        close={close}
      >
        <p>Its permissions go with it. Only a role that no member, invitation or token has can be deleted.</p>
      </ConfirmDialog>
    </>
  )
}
