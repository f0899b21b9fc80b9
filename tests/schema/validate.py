#!/usr/bin/env python3
"""validate.py - answers of a provider against the schemas that mocksis describe prints.

usage: validate.py FOLDER

FOLDER holds one DOCUMENT.json per document (mocksis describe json-schema) and
answers.jsonl, a line per answer: {"document": ..., "schema": ..., "request": ..., "body": ...}.
Wrong is an answer that does not fit its schema, one that lacks the key of its envelope (which
the standard leaves out of `required` for collections), one with a member that is never to be
answered (writeOnly), and a member of a schema that no answer had: what is never answered was
never checked.
"""
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")

try:
    import jsonschema
except ImportError:
    sys.exit("validate.py needs the Python package jsonschema: apt-get install python3-jsonschema")

SHOWN = 20


class Document:
    def __init__(self, path):
        self.name = path.stem
        self.schema = json.loads(path.read_text())
        self.definitions = self.schema["$defs"]
        self.seen = set()
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def validator(self, name):
        if name not in self.definitions:
            sys.exit(f"{self.name}: no definition {name}")
        return jsonschema.Draft202012Validator(
            {**self.schema, "$ref": f"#/$defs/{name}"}, format_checker=jsonschema.FormatChecker())

    def see(self, name, schema, value):
        """Notes which members @value has of @schema; yields the forbidden ones."""
        if "$ref" in schema:
            name = schema["$ref"].split("/")[-1]
            yield from self.see(name, self.definitions[name], value)
        for choice in schema.get("anyOf", []):
            if "$ref" in choice and self.validator(choice["$ref"].split("/")[-1]).is_valid(value):
                yield from self.see(name, choice, value)
        if isinstance(value, list):
            for item in value:
                yield from self.see(name, schema.get("items", {}), item)
        if isinstance(value, dict):
            for key, member in schema.get("properties", {}).items():
                if key not in value:
                    continue
                self.seen.add((name, key))
                if member.get("writeOnly"):
                    yield f"{name}.{key} must not be answered"
                yield from self.see(name, member, value[key])

    def unseen(self):
        for name, schema in self.definitions.items():
            for key, member in schema.get("properties", {}).items():
                if (name, key) not in self.seen and not member.get("writeOnly"):
                    yield f"{name}.{key}"


def faults(document, answer):
    name, body = answer["schema"], answer["body"]
    for error in document.validator(name).iter_errors(body):
        best = jsonschema.exceptions.best_match([error])
        where = "/".join(str(step) for step in best.absolute_path)
        yield f"/{where}: {best.message[:300]}"
    properties = document.definitions[name].get("properties", {})
    if len(properties) == 1 and isinstance(body, dict) and not properties.keys() & body.keys():
        yield f"the body has no {next(iter(properties))}"
    yield from document.see(name, document.definitions[name], body)


def main(folder):
    documents = {path.stem: Document(path) for path in sorted(folder.glob("*.json"))}
    wrong, count = [], 0
    with open(folder / "answers.jsonl", encoding="utf-8") as lines:
        for line in lines:
            answer = json.loads(line)
            document = documents[answer["document"]]
            count += 1
            wrong += [f"{document.name} {answer['schema']}, {answer['request']}: {fault}"
                      for fault in faults(document, answer)]
    for document in documents.values():
        wrong += [f"{document.name} {member}: no answer has it" for member in document.unseen()]
    for line in wrong[:SHOWN]:
        print(line)
    if len(wrong) > SHOWN:
        print(f"and {len(wrong) - SHOWN} more")
    print(f"{count} answers, {len(wrong)} faults")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1])))
