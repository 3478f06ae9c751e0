// What a client's calls come to, told to who runs it as a line of JSON each.
export const BASE_URL = process.env.OPENAI_BASE_URL;
export const PROMPT = "A lighthouse in the fog, from a client that nobody here wrote";

// Make a call and tell what it returned, or what the client threw.
export async function attempt(call, made) {
  let outcome;
  try {
    outcome = await made();
  } catch (error) {
    const status = error.status ?? error.statusCode;
    const param = error.param ?? error.data?.error?.param ?? "no parameter named";
    outcome = `${error.constructor.name} ${status ? `${status}, ${param}` : String(error.message).slice(0, 100)}`;
  }
  console.log(JSON.stringify([call, outcome]));
}

// How many of each there are.
export function counted(forms) {
  return [...new Set(forms)].map((form) => `${forms.filter((each) => each === form).length} x ${form}`).join(", ");
}

// What an event of a stream is.
export function kind(event) {
  return event.type.replace("image_generation.", "");
}
