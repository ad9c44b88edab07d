{{/* The release's name, short enough for every object and label that is derived from it. */}}
{{- define "checkpost.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 45 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that never change: selectors use them. */}}
{{- define "checkpost.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "checkpost.labels" -}}
{{ include "checkpost.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "checkpost.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* The keys of the Secret that opening the database takes, separated by blanks. */}}
{{- define "checkpost.databaseSecrets" -}}
CHECKPOST_ENCRYPTION_KEY
{{- if eq .Values.database.type "postgresql" }} CHECKPOST_DATABASE_URL{{ end }}
{{- end -}}

{{/* The keys of the Secret that the doors take, separated by blanks; empty when every door is closed. */}}
{{- define "checkpost.doorSecrets" -}}
{{- $keys := list -}}
{{- if .Values.api.enabled -}}
{{- $keys = append $keys "CHECKPOST_API_TOKEN" -}}
{{- end -}}
{{- if .Values.slack.enabled -}}
{{- $keys = append $keys "SLACK_SIGNING_SECRET" -}}
{{- $keys = append $keys (ternary "SLACK_CLIENT_SECRET" "SLACK_BOT_TOKEN" (ne .Values.slack.clientId "")) -}}
{{- if .Values.slack.socketMode -}}
{{- $keys = append $keys "SLACK_APP_TOKEN" -}}
{{- end -}}
{{- end -}}
{{- if .Values.teams.enabled -}}
{{- $keys = append $keys "TEAMS_APP_PASSWORD" -}}
{{- end -}}
{{- join " " $keys -}}
{{- end -}}

{{/* Secrets as variables that name files: a string of keys in, a list of variables out. */}}
{{- define "checkpost.secretFiles" -}}
{{- range $key := splitList " " . }}
- name: {{ $key }}_FILE
  value: /run/secrets/checkpost/{{ $key }}
{{- end }}
{{- end -}}

{{/* The volume of those files: {secret: .Values.secret, keys: a string of keys}. Changes reach the files without a restart. */}}
{{- define "checkpost.secretVolume" -}}
- name: secrets
{{- if .secret.volume }}
  {{- toYaml .secret.volume | nindent 2 }}
{{- else }}
  secret:
    secretName: {{ .secret.name }}
    defaultMode: 0440
    items:
      {{- range $key := splitList " " .keys }}
      - key: {{ $key }}
        path: {{ $key }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* What every container needs in order to open the database. */}}
{{- define "checkpost.databaseEnv" -}}
- name: LOG_LEVEL
  value: {{ .Values.logLevel }}
{{- if eq .Values.database.type "sqlite" }}
- name: CHECKPOST_DATABASE_URL
  value: sqlite:////data/checkpost.db
{{- end }}
{{- include "checkpost.secretFiles" (include "checkpost.databaseSecrets" .) }}
{{- end -}}

{{- define "checkpost.databaseMounts" -}}
- name: tmp
  mountPath: /tmp
- name: secrets
  mountPath: /run/secrets/checkpost
  readOnly: true
{{- if eq .Values.database.type "sqlite" }}
- name: data
  mountPath: /data
{{- end }}
{{- end -}}

{{- define "checkpost.tmpVolume" -}}
- name: tmp
  emptyDir:
    medium: Memory
    sizeLimit: {{ .Values.tmpSize }}
{{- end -}}

{{- define "checkpost.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "checkpost.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* One `checkpost db <verb>` that runs to its end: {root: ., verb: init or upgrade}. */}}
{{- define "checkpost.databaseContainer" -}}
- name: db-{{ .verb }}
  image: {{ include "checkpost.image" .root | quote }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: [db, {{ .verb }}]
  env:
    {{- include "checkpost.databaseEnv" .root | nindent 4 }}
  securityContext:
    {{- include "checkpost.securityContext" .root | nindent 4 }}
  resources:
    {{- toYaml .root.Values.resources | nindent 4 }}
  volumeMounts:
    {{- include "checkpost.databaseMounts" .root | nindent 4 }}
{{- end -}}

{{/* How many replicas there are at least. */}}
{{- define "checkpost.replicas" -}}
{{- ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled -}}
{{- end -}}

{{/* Settings that contradict each other end the render with a sentence. */}}
{{- define "checkpost.validate" -}}
{{- $postgresql := eq .Values.database.type "postgresql" -}}
{{- if and (gt (int .Values.replicaCount) 1) (not $postgresql) -}}
{{- fail "replicaCount: more than one replica needs PostgreSQL, because SQLite is one file on one volume; set database.type to postgresql, or replicaCount to 1." -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (not $postgresql) -}}
{{- fail "autoscaling: SQLite serves from one replica; set database.type to postgresql, or autoscaling.enabled to false." -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling: minReplicas is above maxReplicas; swap them." -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (not .Values.resources.requests.cpu) -}}
{{- fail "autoscaling: a share of the CPU that was asked for needs resources.requests.cpu; set it." -}}
{{- end -}}
{{- if and .Values.monitoring.serviceMonitor.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.metricsFrom) -}}
{{- fail "networkPolicy.metricsFrom: monitoring.serviceMonitor sends Prometheus to a port that the network policy closes; name Prometheus here." -}}
{{- end -}}
{{- if and $postgresql .Values.persistence.existingClaim -}}
{{- fail "persistence.existingClaim: a volume is for SQLite, and database.type is postgresql; remove the claim, or set database.type to sqlite." -}}
{{- end -}}
{{- if eq (int .Values.ports.http) (int .Values.ports.ops) -}}
{{- fail "ports: http and ops are the same port, which would publish /metrics; give them different ones." -}}
{{- end -}}
{{- if and (or .Values.slack.socketMode .Values.slack.clientId) (not .Values.slack.enabled) -}}
{{- fail "slack: socketMode or clientId is set while Slack is off; set slack.enabled to true, or remove them." -}}
{{- end -}}
{{- if and .Values.slack.workspaces (not .Values.slack.clientId) -}}
{{- fail "slack.workspaces: it limits who may install, and without slack.clientId nobody can; set slack.clientId, or remove them." -}}
{{- end -}}
{{- if and (or .Values.teams.appId .Values.teams.tenantId) (not .Values.teams.enabled) -}}
{{- fail "teams: appId or tenantId is set while Teams is off; set teams.enabled to true, or remove them." -}}
{{- end -}}
{{- if and .Values.teams.enabled (not (and .Values.teams.appId .Values.teams.tenantId)) -}}
{{- fail "teams: Teams is on and half set up; set both teams.appId and teams.tenantId." -}}
{{- end -}}
{{- if and .Values.env.HTTPS_PROXY .Values.networkPolicy.enabled (not .Values.networkPolicy.proxyPort) -}}
{{- fail "networkPolicy.proxyPort: env.HTTPS_PROXY names a proxy that the network policy would cut off; set its port here." -}}
{{- end -}}
{{- end -}}
