// Makes elements. What comes from outside goes in as text and as attributes, never as markup.

/** The element of the page with this name. */
export const byId = (id) => document.getElementById(id);

/**
 * A new element. Properties that are functions are listeners, those that are booleans are properties of the element,
 * `text` is its text, and all others are attributes; undefined ones are left out.
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name === "text") element.textContent = value;
    else if (typeof value === "function") element.addEventListener(name, value);
    else if (typeof value === "boolean") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A button that cannot be pressed again before what it began is over. */
export function actionButton(text, label, act, kind = "quiet") {
  return make("button", {
    type: "button", class: kind, text, "aria-label": label,
    click: async (event) => {
      const button = event.currentTarget;
      if (button.getAttribute("aria-busy") === "true") return;
      // Not disabled: that would take the focus away.
      button.setAttribute("aria-busy", "true");
      try {
        await act();
      } finally {
        button.removeAttribute("aria-busy");
      }
    },
  });
}

/** Sets a text only where it differs, so that nothing is read out or painted again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Shows a list of values in a list of elements: those that stay are updated in place and keep the focus.
 *
 * @param list the element that holds them.
 * @param values what is to be shown, in order.
 * @param key the name of a value.
 * @param create makes an object with an `element`, an `update(value)` and perhaps a `remove()`.
 * @param fallback what gets the focus when the element that has it goes.
 */
export function showList(list, values, key, create, fallback) {
  const shown = (list.shown ??= new Map());
  const names = new Set(values.map(key));
  for (const [name, item] of shown) {
    if (names.has(name)) continue;
    const hadFocus = item.element.contains(document.activeElement);
    item.remove?.();
    item.element.remove();
    shown.delete(name);
    if (hadFocus) fallback?.focus();
  }
  values.forEach((value, place) => {
    let item = shown.get(key(value));
    if (!item) shown.set(key(value), (item = create(value)));
    item.update(value);
    if (list.children[place] !== item.element) list.insertBefore(item.element, list.children[place] ?? null);
  });
  list.hidden = values.length === 0;
}
