// What each operation does to the drawing at once. Python does the same to the model's text, and
// its drawing replaces this one with the next epoch; here nothing is checked a second time.

const EDITS = {
  add(model, step) {
    const node = placed(
      model,
      { type: "component", role: step.role, says: "1 replica" },
      step.name,
    );
    if (step.into) addMember(model, node, step.into);
  },
  add_service(model, step) {
    placed(model, { type: "service", role: null, says: "" }, step.name);
  },
  add_domain(model, step) {
    const node = placed(model, { type: "domain", level: step.level, says: "" }, step.name);
    const outer = step.into && model.nodes.get(`domain:${step.into}`);
    if (outer) settle(model, node, outer);
  },
  connect(model, step) {
    const [from, to] = [groupNamed(model, step.from), groupNamed(model, step.to)];
    if (!from || !to) return;
    const id = `needs:${step.from}:${step.to}`;
    model.edges.set(id, { id, from: from.id, to: to.id, kind: "needs", findings: [] });
  },
  disconnect(model, step) {
    const [from, to] = [thingNamed(model, step.from), thingNamed(model, step.to)];
    for (const edge of [...model.edges.values()]) {
      const isMeant = edge.from === from?.id && edge.to === to?.id;
      if (isMeant && !CONNECTIONS[edge.kind]?.setBy) model.edges.delete(edge.id);
    }
  },
  delete(model, step) {
    for (const name of step.names) removeThing(model, thingNamed(model, name));
  },
  rename(model, step) {
    const node = thingNamed(model, step.name);
    if (node) giveName(model, node, step.to);
  },
  copy(model, step) {
    copyThings(model, step.names);
  },
  drop(model, step) {
    const node = thingNamed(model, step.name);
    if (!node) return;
    if (node.type === "domain") moveBox(model, node, step.into);
    else moveMember(model, node, step);
  },
  move(model, step) {
    for (const [id, [x, y]] of Object.entries(step.places)) {
      const node = model.nodes.get(id);
      if (node) shift(model, node, x - node.x, y - node.y);
    }
  },
};

function edit(model, step) {
  EDITS[step.do]?.(model, step);
}

function placed(model, what, name) {
  const id = `${what.type}:${name}`;
  const node = { ...what, id, name, tells: [], findings: [], placed: undefined, ...sizeOf(what) };
  model.nodes.set(id, node);
  return node;
}

function addMember(model, group, domain) {
  const box = model.nodes.get(`domain:${domain}`);
  if (!box) return;
  const there = membersOf(model, group.id).find((member) => member.parent === box.id);
  if (there) {
    there.count = (there.count ?? 1) + 1;
    return;
  }
  const id = `member:${group.name}:${domain}`;
  const member = { id, name: group.name, type: "member", role: group.role, group: group.id };
  Object.assign(member, { count: 1, findings: [] }, sizeOf({ type: "member", x: box.x, y: box.y }));
  model.nodes.set(id, member);
  settle(model, member, box);
}

function takeMember(model, group, domain) {
  const box = `domain:${domain}`;
  const member = membersOf(model, group.id).find((node) => node.parent === box);
  if (member) model.nodes.delete(member.id);
}

function moveMember(model, group, step) {
  if (step.from && step.into) {
    const box = `domain:${step.from}`;
    const member = membersOf(model, group.id).find((node) => node.parent === box);
    if (member?.count > 1) member.count -= 1;
    else takeMember(model, group, step.from);
  } else if (step.from) takeMember(model, group, step.from);
  if (step.into) addMember(model, group, step.into);
}

function moveBox(model, box, into) {
  const outer = into && model.nodes.get(`domain:${into}`);
  delete box.parent;
  if (outer) settle(model, box, outer);
}

function removeThing(model, node) {
  if (!node) return;
  model.nodes.delete(node.id);
  for (const edge of edgesAt(model, node.id)) model.edges.delete(edge.id);
  for (const member of membersOf(model, node.id)) model.nodes.delete(member.id);
  for (const inner of insideOf(model, node.id)) {
    if (inner.type === "member") model.nodes.delete(inner.id);
    else inner.parent = node.parent;
  }
}

// A name is part of identifiers, so whatever mentions the old one is entered anew.
function giveName(model, node, name) {
  const [old, id] = [node.id, `${node.type}:${name}`];
  const anew = (thing) => {
    for (const key of ["from", "to", "group", "parent"]) if (thing[key] === old) thing[key] = id;
    if (thing.group === id) thing.name = name;
    return thing;
  };
  const entries = [...model.nodes.values()].map((thing) => [thing.id, anew(thing)]);
  Object.assign(node, { id, name });
  model.nodes = new Map(entries.map(([key, thing]) => [key === old ? id : key, thing]));
  for (const edge of model.edges.values()) anew(edge);
}

// Among what is copied together, copies need copies; else they need what the originals need.
function copyThings(model, names) {
  const copies = new Map();
  for (const name of names) {
    const node = thingNamed(model, name);
    if (node) copies.set(node.id, copyThing(model, node));
  }
  for (const [id, copy] of copies) {
    for (const edge of edgesAt(model, id).filter((one) => one.from === id)) {
      const to = copies.get(edge.to)?.id ?? edge.to;
      const anew = `${edge.kind}:${copy.name}:${nameOf(model, to)}`;
      model.edges.set(anew, { ...edge, id: anew, from: copy.id, to, points: [], findings: [] });
    }
  }
}

function copyThing(model, node) {
  const name = freeName(model, node.name);
  const copy = placed(model, { ...node, parent: undefined, locked: false }, name);
  Object.assign(copy, freeSpot(without(model, copy), { x: node.x, y: node.y }, node));
  for (const member of membersOf(model, node.id)) {
    for (let left = member.count ?? 1; left > 0; left -= 1) {
      addMember(model, copy, model.nodes.get(member.parent)?.name);
    }
  }
  return copy;
}

function without(model, node) {
  return { ...model, nodes: new Map([...model.nodes].filter(([id]) => id !== node.id)) };
}
