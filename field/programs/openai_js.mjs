// The official JavaScript SDK: each model, forms, streams, refusals.
import OpenAI from "openai";
import { attempt, counted, kind, PROMPT } from "./trying.mjs";

const client = new OpenAI();

async function generate(given) {
  const answer = await client.images.generate({ prompt: PROMPT, ...given });
  return counted(answer.data.map((image) => (image.b64_json ? "base64" : image.url ? "a URL" : "nothing")));
}

async function streamed(given) {
  const types = [];
  for await (const event of await client.images.generate({ prompt: PROMPT, stream: true, ...given })) {
    types.push(kind(event));
  }
  return types.join(", ");
}

// A reader that leaves a stream after its first event.
async function left() {
  const given = { prompt: PROMPT, model: "gpt-image-1", stream: true, partial_images: 3 };
  for await (const event of await client.images.generate(given)) {
    return kind(event);
  }
}

const gpt = { model: "gpt-image-1", quality: "low" };
await attempt("without a model", () => generate({}));
await attempt("gpt-image-1", () => generate(gpt));
await attempt("gpt-image-1, everything", () =>
  generate({
    ...gpt, n: 2, background: "opaque", moderation: "low", output_format: "webp", output_compression: 50,
    size: "1024x1536", user: "u-1",
  }),
);
await attempt("gpt-image-1, streamed", () => streamed({ ...gpt, partial_images: 2 }));
await attempt("gpt-image-1, a stream left", left);
await attempt("dall-e-3", () => generate({ model: "dall-e-3", quality: "hd", style: "natural" }));
await attempt("dall-e-3, base64", () => generate({ model: "dall-e-3", response_format: "b64_json" }));
await attempt("dall-e-2", () => generate({ model: "dall-e-2", n: 3, size: "256x256" }));
await attempt("dall-e-2, eight at once", async () => {
  const given = { prompt: PROMPT, model: "dall-e-2", size: "256x256" };
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.images.generate(given)));
  return `${answers.length} answers`;
});
await attempt("null for what is left out", () => generate({ model: "dall-e-2", size: null, n: null, response_format: null }));
await attempt("dall-e-3, refused", () => generate({ model: "dall-e-3", n: 2 }));
