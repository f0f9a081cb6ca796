// Elements of the page. Text that a user wrote goes in as text and never as markup.

function part(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

function signPart(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const stroke = document.createElementNS(space, "path");
  stroke.setAttribute("d", SIGNS[name]);
  picture.append(stroke);
  return picture;
}

function skeleton(label) {
  const graph = part("div", { class: "graph" });
  const ink = part("canvas", { class: "ink", "aria-hidden": "true" });
  const stage = part(
    "div",
    {
      class: "stage",
      tabindex: "0",
      role: "application",
      "aria-label": label,
      "aria-roledescription": "drawing",
      "aria-description": "Tab and the arrow keys select, the question mark lists all keys.",
    },
    graph,
    ink,
  );
  const parts = {
    stage,
    graph,
    ink,
    bar: part("div", { class: "bar", role: "toolbar", "aria-label": `Edit ${label}` }),
    views: part("div", { class: "views", role: "group", "aria-label": "Zoom" }),
    hint: part("div", { class: "hint", hidden: "" }),
    tip: part("div", { class: "tip", hidden: "", role: "tooltip" }),
    handle: part("div", { class: "handle", hidden: "", title: "Drag to what it needs" }),
    ghost: part("div", { class: "ghost", hidden: "" }),
    help: part("div", {
      class: "help",
      hidden: "",
      role: "dialog",
      "aria-label": "Keys",
      tabindex: "-1",
    }),
    note: part("div", { class: "note", "aria-hidden": "true" }),
    live: part("div", { class: "live", "aria-live": "polite" }),
  };
  parts.floor = part(
    "div",
    { class: "floor" },
    stage,
    parts.hint,
    parts.handle,
    parts.tip,
    parts.note,
    parts.views,
    parts.help,
    parts.ghost,
  );
  parts.root = part("div", { class: "canvas" }, parts.bar, parts.floor, parts.live);
  return parts;
}
