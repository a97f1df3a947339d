import './ui/tokens.css'
import './ui/base.css'
import { render } from 'solid-js/web'
import { App } from './app.tsx'

render(() => <App />, document.getElementById('root')!)
