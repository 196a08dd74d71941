import { defineConfig } from "vitest/config";

// One classic script: a page needs no module support and no second file.
export default defineConfig({
  build: {
    target: ["es2021", "chrome100", "firefox100", "safari15.4"],
    outDir: "dist",
    emptyOutDir: true,
    lib: { entry: "src/index.ts", formats: ["iife"], name: "LanternChat", fileName: () => "widget.js" },
    minify: true,
    // what these know is left as written; for older ones "inline-end" would become "right", also right to left
    cssTarget: ["chrome100", "firefox100", "safari15.4"],
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
