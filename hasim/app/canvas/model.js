// What is drawn, as plain data: nodes and edges by identifier, and how to find things among them.

function modelOf(elements) {
  const copies = (list) => new Map((list ?? []).map((item) => [item.id, { ...item }]));
  const model = {
    nodes: copies(elements.nodes),
    edges: copies(elements.edges),
    taken: new Set(elements.taken ?? []),
  };
  for (const node of model.nodes.values()) {
    Object.assign(node, sizeOf(node));
    node.placed = { x: node.x, y: node.y };
  }
  return model;
}

function sizeOf(node) {
  const usual = SIZES[node.type];
  return { x: node.x ?? 0, y: node.y ?? 0, w: node.w || usual.w, h: node.h || usual.h };
}

// Takes over what is said of the elements, and leaves what is there and where it stands.
function remark(model, elements) {
  for (const item of [...(elements.nodes ?? []), ...(elements.edges ?? [])]) {
    const own = model.nodes.get(item.id) ?? model.edges.get(item.id);
    if (!own) continue;
    for (const key of ["says", "tells", "findings", "role", "level", "locked", "count"]) {
      own[key] = item[key] ?? (key === "findings" ? [] : own[key]);
    }
  }
  model.taken = new Set(elements.taken ?? []);
}

function groupNamed(model, name) {
  return model.nodes.get(`component:${name}`) ?? model.nodes.get(`service:${name}`);
}

function thingNamed(model, name) {
  return groupNamed(model, name) ?? model.nodes.get(`domain:${name}`);
}

function groupOf(model, node) {
  return node.type === "member" ? model.nodes.get(node.group) : node;
}

function membersOf(model, group) {
  return [...model.nodes.values()].filter((node) => node.group === group);
}

function insideOf(model, box) {
  return [...model.nodes.values()].filter((node) => node.parent === box);
}

function allInsideOf(model, box) {
  return insideOf(model, box).flatMap((node) => [node, ...allInsideOf(model, node.id)]);
}

function depthOf(model, node) {
  const parent = node.parent && model.nodes.get(node.parent);
  return parent ? 1 + depthOf(model, parent) : 0;
}

function edgesAt(model, id) {
  return [...model.edges.values()].filter((edge) => edge.from === id || edge.to === id);
}

// The stem itself first, then stem-2: `db-1` would read like the replica `db.1`.
function freeName(model, stem, used = new Set()) {
  const isFree = (name) => !used.has(name) && !model.taken.has(name) && !thingNamed(model, name);
  if (isFree(stem)) return stem;
  let number = 2;
  while (!isFree(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

// The order of reading: services and components from the top left, then each box with its inside.
function readingOrder(model) {
  const nodes = [...model.nodes.values()];
  const walk = (list) =>
    list.sort(byPlace).flatMap((node) => [node, ...walk(insideOf(model, node.id))]);
  const outer = (node) => !node.parent;
  return [
    ...walk(nodes.filter((node) => isGroup(node))),
    ...walk(nodes.filter((node) => node.type === "domain" && outer(node))),
    ...walk(nodes.filter((node) => node.type === "member" && outer(node))),
  ];
}

function byPlace(one, other) {
  const rows = Math.abs(one.y - other.y) > 24;
  return rows ? one.y - other.y : one.x - other.x;
}
