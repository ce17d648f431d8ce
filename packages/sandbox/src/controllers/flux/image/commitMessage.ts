import type { FluxObject } from '../lib/FluxObject';
import { renderMessage } from './messageTemplate';
import type { SetterChange } from './setters';
import type { FileChange } from './update';

const DEFAULT_MESSAGE = 'Update from image update automation';

function templateChange(change: SetterChange) {
  return {
    OldValue: change.oldValue,
    NewValue: change.newValue,
    Setter: change.setter,
  };
}

type ObjectChanges = [object, ReturnType<typeof templateChange>[]];

/** Changes by the object they are in; a Map, because Go's keys here are structs. */
function byObject(changes: SetterChange[]) {
  const groups = new Map<string, ObjectChanges>();
  for (const change of changes) {
    const { kind, namespace, name } = change.object;
    const id = `${kind}/${namespace}/${name}`;
    const group: ObjectChanges = groups.get(id) ?? [
      { Kind: kind, Namespace: namespace, Name: name, String: id },
      [],
    ];
    group[1].push(templateChange(change));
    groups.set(id, group);
  }
  return new Map(groups.values());
}

/**
 * The message of the automation's commit.
 *
 * @throws TemplateError when the template cannot be used.
 */
export function commitMessage(object: FluxObject, files: FileChange[]): string {
  const { messageTemplate, messageTemplateValues } =
    object.spec.git?.commit ?? {};
  const changes = files.flatMap(file => file.changes);
  return renderMessage(messageTemplate || DEFAULT_MESSAGE, {
    AutomationObject: {
      Name: object.name,
      Namespace: object.namespace,
      String: `${object.namespace}/${object.name}`,
    },
    Changed: {
      Changes: changes.map(templateChange),
      Objects: byObject(changes),
      FileChanges: new Map(
        files.map(file => [file.path, byObject(file.changes)]),
      ),
    },
    Values: messageTemplateValues ?? {},
  });
}
