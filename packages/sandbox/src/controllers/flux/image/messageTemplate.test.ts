import { renderMessage } from './messageTemplate';

const change = (OldValue: string, NewValue: string) => ({
  OldValue,
  NewValue,
  Setter: 'orders:orders:tag',
});

const DATA = {
  AutomationObject: { Name: 'orders', Namespace: 'team' },
  Changed: {
    Changes: [change('one', 'two'), change('a', 'b')],
    Objects: new Map([
      [{ Kind: 'Deployment', Name: 'web' }, [change('one', 'two')]],
    ]),
    FileChanges: new Map(),
  },
  Values: { env: 'prod' },
};

describe('renderMessage', () => {
  it.each([
    ['plain text', 'plain text'],
    ['{{ .AutomationObject.Name }}/{{.Values.env}}', 'orders/prod'],
    ['{{ range .Changed.Changes }}{{ .NewValue }} {{ end }}', 'two b '],
    [
      '{{ range $i, $c := .Changed.Changes -}}\n {{ $i }}:{{ $c.OldValue }}→{{ $c.NewValue }}\n{{- end }}',
      '0:one→two1:a→b',
    ],
    [
      '{{ range $resource, $changes := .Changed.Objects }}{{ $resource.Kind }} {{ $resource.Name }}:{{ range $_, $change := $changes }} {{ $change.NewValue }}{{ end }}{{ end }}',
      'Deployment web: two',
    ],
    ['{{ range .Changed.FileChanges }}x{{ else }}none{{ end }}', 'none'],
    ['{{ if .Changed.Changes }}yes{{ else }}no{{ end }}', 'yes'],
    ['{{ if .Changed.FileChanges }}yes{{ else }}no{{ end }}', 'no'],
    [
      '{{ range .Changed.Changes }}{{ $.AutomationObject.Name }}{{ end }}',
      'ordersorders',
    ],
    ['a {{/* comment */}}b', 'a b'],
  ])('renders %j', (template, message) => {
    expect(renderMessage(template, DATA)).toBe(message);
  });

  it.each([
    ['{{ range .Updated.Images }}{{ end }}', 'RemovedTemplateField'],
    ['{{ printf "%s" .Values.env }}', 'InvalidTemplate'],
    ['{{ .Changed.Nothing }}', 'InvalidTemplate'],
    ['{{ .constructor }}', 'InvalidTemplate'],
    ['{{ range .Changed.Changes }}', 'InvalidTemplate'],
  ])('refuses %j', (template, reason) => {
    expect(() => renderMessage(template, DATA)).toThrow(
      expect.objectContaining({ reason }),
    );
  });
});
