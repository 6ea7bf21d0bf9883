using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .edge)],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "main")],
);

const edge :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "liefield/kernels.wasm", wasm = embed "kernels.wasm"),
  ],
  bindings = [(name = "FIELD", data = embed "field.safetensors")],
  compatibilityDate = "2026-11-01",
);
