import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

// Each page is an entry of its own: the patient's phone never loads the console's code.
const pages = ["index.html", "console.html"].map(file).filter((path) => existsSync(path));

export default defineConfig({
  plugins: [react()],
  build: {
    // WeChat's WebView on old phones.
    target: ["es2020", "chrome87", "safari14"],
    // Inlined files would need "data:" in the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: pages },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8000", ws: true } } },
});
