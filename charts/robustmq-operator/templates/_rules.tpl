{{/* In the namespaces of clusters: no verb that is not used. */}}
{{- define "operator.clusterRules" -}}
- apiGroups: [robustmq.io]
  resources: [robustmqclusters]
  verbs: [get, list, watch]
- apiGroups: [robustmq.io]
  resources: [robustmqclusters/status]
  verbs: [patch]
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: ['']
  resources: [configmaps, services, serviceaccounts]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: ['']
  resources: [pods]
  verbs: [list, watch, delete]
- apiGroups: ['']
  resources: [persistentvolumeclaims]
  verbs: [list, watch, patch, delete]
# By name, and no others: whoever may list Secrets may read every password.
- apiGroups: ['']
  resources: [secrets]
  verbs: [get, create, patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* Without a namespace: read one by one, and only when something is wrong with a volume. */}}
{{- define "operator.volumeRules" -}}
- apiGroups: ['']
  resources: [persistentvolumes]
  verbs: [get]
# By label: volumes know a node by the name of its host.
- apiGroups: ['']
  resources: [nodes]
  verbs: [list]
- apiGroups: [storage.k8s.io]
  resources: [storageclasses]
  verbs: [get]
{{- end -}}

{{/* In the namespace of the operator. */}}
{{- define "operator.leaseRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update]
{{- end -}}

{{/* A role of these rules, and who has it: kind, name, namespace, rules, root. */}}
{{- define "operator.role" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {{- include "operator.labels" .root | nindent 4 }}
rules: {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {{- include "operator.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "operator.serviceAccount" .root }}
    namespace: {{ .root.Release.Namespace }}
{{- end -}}
