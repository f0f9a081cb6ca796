// What can be drawn: roles with their signs, levels of domains, phases, and kinds of connections.
// Signs are strokes in a square of 24 by 24, drawn for hasim; a role without one gets the cube.

const SIGNS = {
  users: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
  "load-balancer": "M3.5 12H9M9 12l6-6.5h5M9 12h11M9 12l6 6.5h5",
  service:
    "M3.5 5h17v14h-17zM3.5 9.5h17M6.5 7.25h.01M9.5 7.25h.01M9 13l-2 1.5 2 1.5M15 13l2 1.5-2 1.5",
  database:
    "M4.5 6c0-1.7 3.4-2.8 7.5-2.8s7.5 1.1 7.5 2.8-3.4 2.8-7.5 2.8S4.5 7.7 4.5 6zM4.5 6v12c0 1.7 3.4 2.8 7.5 2.8s7.5-1.1 7.5-2.8V6M4.5 12c0 1.7 3.4 2.8 7.5 2.8s7.5-1.1 7.5-2.8",
  cache: "M13.5 2.5L5 13.5h6L10 21.5l9-11.5h-6.3z",
  queue: "M3 7.5h4v9H3zM9 7.5h4v9H9zM15.5 12H21M18.5 9l3 3-3 3",
  host: "M4 3.5h16v7.5H4zM4 13h16v7.5H4zM7.5 7.25h.01M7.5 16.75h.01M12 7.25h5M12 16.75h5",
  network: "M9 3.5h6v5H9zM3 15.5h6v5H3zM15 15.5h6v5h-6zM12 8.5v3.5M6 15.5V12h12v3.5",
  registry: "M5 3.5h14v17H5zM8.5 8h7M8.5 12h7M8.5 16h4",
  power: "M12 3v8.5M7.3 6.5a7.2 7.2 0 1 0 9.4 0",
  key: "M7.5 16a4 4 0 1 1 3.7-5.5H21v3.5h-2.5v2.5H15V14h-3.8a4 4 0 0 1-3.7 2zM7.5 12h.01",
  shield: "M12 2.8l7.5 2.7v6c0 5-3.3 8.3-7.5 9.7-4.2-1.4-7.5-4.7-7.5-9.7v-6z",
  disk: "M3.5 13.5l3-8.5h11l3 8.5V19h-17zM3.5 13.5h17M16.5 16.25h.01",
  card: "M3 5.5h18v13H3zM3 10h18M6.5 15h4",
  cube: "M12 2.8l8 4.6v9.2l-8 4.6-8-4.6V7.4zM12 12l8-4.6M12 12v9.2M12 12L4 7.4",
  zone: "M4 4h16v16H4zM8 8h8v3.5H8zM8 14h8",
  region: "M2.5 4.5h19v15h-19zM5.5 8h5.5v8H5.5zM13.5 8H19v8h-5.5z",
  connect:
    "M6 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM18 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8 7.8l8 8.4",
  copy: "M8 8h12v12H8zM4 16V4h12",
  remove: "M4 6.5h16M9 6.5V3.5h6v3M6.5 6.5l1 14h9l1-14M10 10.5v6M14 10.5v6",
  undo: "M8 4L3.5 8.5 8 13M3.5 8.5H15a5.5 5.5 0 0 1 0 11h-4",
  redo: "M16 4l4.5 4.5L16 13M20.5 8.5H9a5.5 5.5 0 0 0 0 11h4",
  tidy: "M9 3.5h6v4H9zM3.5 16.5h6v4h-6zM14.5 16.5h6v4h-6zM12 7.5v4.5M6.5 16.5V12h11v4.5",
  rename: "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
  closer: "M12 5v14M5 12h14",
  farther: "M5 12h14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  help: "M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2.2M12 17.5h.01",
};

const SIGN_OF_ROLE = {
  identity: "key",
  "key-service": "key",
  firewall: "shield",
  waf: "shield",
  store: "disk",
  disk: "disk",
  "payment-provider": "card",
};

// The palette, in the order of the keys 1 to 9: what each adds, and the stem of the name it proposes.
const PALETTE = [
  { label: "Service", hint: "what users see", sign: "users", type: "service", stem: "service" },
  {
    label: "Balancer",
    hint: "shares requests out",
    type: "component",
    role: "load-balancer",
    stem: "lb",
  },
  { label: "Server", hint: "web or application", type: "component", role: "service", stem: "web" },
  { label: "Database", type: "component", role: "database", stem: "db" },
  { label: "Cache", type: "component", role: "cache", stem: "cache" },
  { label: "Queue", type: "component", role: "queue", stem: "queue" },
  { label: "Host", hint: "others run on it", type: "component", role: "host", stem: "host" },
  { label: "Other", hint: "any other part", type: "component", role: null, stem: "part" },
  { label: "Zone", hint: "fails as one place", type: "domain", level: "zone", stem: "zone" },
  { label: "Region", hint: "holds zones", type: "domain", level: "region", stem: "region" },
];

const LEVELS_FROM_WIDE = ["region", "zone", "rack"];

// As large as Python draws them.
const SIZES = {
  component: { w: 168, h: 46 },
  service: { w: 168, h: 46 },
  member: { w: 118, h: 26 },
  domain: { w: 270, h: 90 },
};

// Colours of phases, each for light and dark; the word stands beside the colour in any case.
const PHASES = {
  up: ["#1a7f4b", "#3fbf7f"],
  down: ["#c62f2f", "#ff7b72"],
  detect: ["#9a6700", "#e3b341"],
  decide: ["#9a6700", "#e3b341"],
  fence: ["#7d4cc2", "#c297ff"],
  promote: ["#1f62c5", "#79b0ff"],
  switch: ["#0b7285", "#56d4dd"],
  repair: ["#b4530a", "#ffa657"],
  rebuild: ["#b4530a", "#ffa657"],
  masked: ["#5c6570", "#a8b3bf"],
  standby: ["#5c6570", "#a8b3bf"],
  cut: ["#c62f2f", "#ff7b72"],
  added: ["#1a7f4b", "#3fbf7f"],
  changed: ["#9a6700", "#e3b341"],
  removed: ["#c62f2f", "#ff7b72"],
};

const CONNECTIONS = {
  needs: { line: "solid", arrow: "triangle", says: "needs" },
  uses: { line: "dashed", arrow: "triangle-backcurve", says: "uses" },
  routes: { line: "solid", arrow: "vee", says: "routes to" },
  host: { line: "dotted", arrow: "square", says: "runs on", setBy: "hosts" },
  takeover: { line: "dashed", arrow: "tee", says: "takes over from", setBy: "takeover" },
};

function signOf(node) {
  if (node.type === "service") return "users";
  if (node.type === "domain") return node.level === "region" ? "region" : "zone";
  const role = node.role ?? "";
  const sign = SIGN_OF_ROLE[role] ?? role;
  return Object.hasOwn(SIGNS, sign) ? sign : "cube";
}

function kindOf(node) {
  if (node.type === "domain") return node.level ?? "domain";
  if (node.type === "service") return "service";
  if (node.type === "member") return "replicas";
  return node.role ?? "component";
}

function isGroup(node) {
  return node.type === "component" || node.type === "service";
}
