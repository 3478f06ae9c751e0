// The Vercel AI SDK's generateImage: each model, with the provider's options.
import { createOpenAI } from "@ai-sdk/openai";
import { generateImage } from "ai";
import { attempt, BASE_URL, counted, PROMPT } from "./trying.mjs";

const openai = createOpenAI({ baseURL: BASE_URL });

async function generate(model, given = {}) {
  const { images, warnings } = await generateImage({ model: openai.image(model), prompt: PROMPT, ...given });
  const told = counted(images.map((image) => (image.uint8Array.length > 0 ? image.mediaType : "nothing")));
  return [told, ...warnings.map((each) => `warning: ${each.type} ${each.feature ?? ""}`)].join("; ");
}

const low = { providerOptions: { openai: { quality: "low" } } };
await attempt("gpt-image-1", () => generate("gpt-image-1", low));
await attempt("gpt-image-1, options", () =>
  generate("gpt-image-1", {
    n: 2, size: "1536x1024",
    providerOptions: { openai: { quality: "low", background: "transparent", outputFormat: "webp", moderation: "low" } },
  }),
);
await attempt("dall-e-3", () => generate("dall-e-3", { size: "1792x1024" }));
await attempt("dall-e-3, three, one a call", () =>
  generate("dall-e-3", { n: 3, providerOptions: { openai: { style: "natural", quality: "hd" } } }),
);
await attempt("dall-e-2", () => generate("dall-e-2", { n: 3, size: "256x256" }));
await attempt("an aspect ratio and a seed", () => generate("dall-e-2", { aspectRatio: "1:1", seed: 7 }));
await attempt("dall-e-3, refused", () => generate("dall-e-3", { size: "256x256", maxRetries: 0 }));
