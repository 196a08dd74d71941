import { defineConfig } from "vitest/config";

// One classic script: a page needs no module support and no second file.
export default defineConfig({
  build: {
    target: ["es2021", "safari15"],
    outDir: "dist",
    emptyOutDir: true,
    lib: { entry: "src/index.ts", formats: ["iife"], name: "LanternChat", fileName: () => "widget.js" },
    minify: true,
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
