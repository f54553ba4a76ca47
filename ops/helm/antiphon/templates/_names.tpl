{{- define "antiphon.name" -}}
{{- if contains "antiphon" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-antiphon" (.Release.Name | trunc 41 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "antiphon.selector" -}}
app.kubernetes.io/name: antiphon
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "antiphon.labels" -}}
{{ include "antiphon.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "antiphon.secret" -}}
{{- required "existingSecret is empty. Make one, once, and keep the key elsewhere, too: kubectl create secret generic antiphon --from-literal=master-key=\"$(openssl rand -base64 32)\" --from-literal=database-url=postgres://…" .Values.existingSecret }}
{{- end }}
