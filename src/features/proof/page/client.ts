/**
 * What the page runs: it asks for the report with the key as a header, and keeps the key in this one place in memory. The report comes as a page of
 * its own, escaped by the server; its scripts, if it had any, would not run.
 */
export const CLIENT = `
const form = document.querySelector('form')
const problem = document.getElementById('problem')
const button = form.querySelector('button')
let key = ''

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const given = form.elements.namedItem('key')
  if (given.value !== '') key = given.value.trim()
  given.value = ''
  given.placeholder = 'kept until this page is closed'
  button.disabled = true
  problem.textContent = ''
  try {
    await show(form.elements.namedItem('app').value.trim())
  } catch {
    problem.textContent = 'The server cannot be reached.'
  }
  button.disabled = false
})

async function show(app) {
  const answer = await fetch('apps/' + encodeURIComponent(app), {
    headers: { authorization: 'Bearer ' + key },
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  })
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const report = page.getElementById('report')
  if (!report) {
    problem.textContent = page.body.textContent.trim() || 'The server answered ' + answer.status + '.'
    return
  }
  document.title = page.title
  document.getElementById('report').replaceWith(document.adoptNode(report))
  button.textContent = 'Look again'
  document.querySelector('#report h1').focus()
}
`
