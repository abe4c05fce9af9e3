/** The ES build of @chatui/core ships no types of its own; they are those of its CommonJS build. */
declare module "@chatui/core/es/components/Bubble" {
  export { Bubble } from "@chatui/core/lib/components/Bubble";
}
declare module "@chatui/core/es/components/Progress" {
  export { Progress } from "@chatui/core/lib/components/Progress";
}
declare module "@chatui/core/es/components/Typing" {
  export { Typing } from "@chatui/core/lib/components/Typing";
}
