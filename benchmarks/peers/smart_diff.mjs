// Prints the kinds of difference that api-smart-diff finds between two documents, as a JSON list.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { apiDiff } = createRequire(`${process.argv[2]}/`)("api-smart-diff");
const [before, after] = process.argv.slice(3).map((file) => JSON.parse(readFileSync(file, "utf-8")));
console.log(JSON.stringify(apiDiff(before, after).map((each) => each.type)));
