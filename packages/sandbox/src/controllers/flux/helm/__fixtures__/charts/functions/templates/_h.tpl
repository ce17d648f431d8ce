{{/* comment */}}
{{- define "name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}
{{- define "labels" -}}
app: {{ include "name" . }}
ver: {{ .Chart.AppVersion | quote }}
{{- end -}}
{{- define "shared" }}from fn{{ end -}}
{{- define "rec" }}{{ if gt (int .) 0 }}{{ . }},{{ include "rec" (sub (int .) 1) }}{{ end }}{{ end -}}
