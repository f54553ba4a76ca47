/** The element of the page with this id. */
export function find<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no #${id}`)
  return element as E
}

/** Set the text of an element of the page, if it is another. */
export function write(id: string, text: string): void {
  const element = find(id)
  if (element.textContent !== text) element.textContent = text
}

/** A new element with a class and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...children)
  return element
}

/**
 * Make these the children of a list. What is there already and stays is not touched, so that it keeps the focus, as long as its order is the same.
 */
export function arrange(list: HTMLElement, rows: readonly HTMLElement[]): void {
  for (const child of [...list.children]) if (!rows.includes(child as HTMLElement)) child.remove()
  rows.forEach((row, place) => {
    const there = list.children[place]
    if (row !== there) list.insertBefore(row, there ?? null)
  })
}

/** Tell those who do not see the page. It stands until something else is done, so it must be true until then. */
export function announce(text: string): void {
  find('announcement').textContent = text
}
