/** The chart of the recordings, as far as one can tell from what it installs. */
export function helloChart(folder = 'charts/hello', version = '0.1.0') {
  return {
    [`${folder}/Chart.yaml`]: `apiVersion: v2
name: hello
version: ${version}
appVersion: "1"
`,
    [`${folder}/values.yaml`]: 'replicas: 1\nimage: registry.test/hello:1\n',
    [`${folder}/templates/deployment.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-hello
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: hello}
  template:
    metadata:
      labels: {app: hello}
    spec:
      containers:
        - name: c
          image: {{ .Values.image }}
`,
  };
}
