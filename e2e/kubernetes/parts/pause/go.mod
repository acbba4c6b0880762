module robustmq-meta/e2e/kubernetes/parts/pause

go 1.26.0
