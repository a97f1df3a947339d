/** What a form does when it is sent, without leaving the page. */
export const submitting = (run: () => void) => (event: SubmitEvent) => {
  event.preventDefault()
  run()
}
