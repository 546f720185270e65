const PLACE = /\{([^{}]*)\}/

/** A ticket's title as a form writes it, cut at its places: `Upload: {node}` → `Upload: `, the field `node`. */
export const templateParts = (template: string): readonly (string | { readonly field: string })[] =>
  template
    .split(PLACE)
    .map((part, index) => (index % 2 === 1 ? { field: part } : part))
    .filter((part) => part !== '')
