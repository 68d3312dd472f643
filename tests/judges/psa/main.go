// Command psa judges pod templates by Pod Security `restricted` at its latest version, with the evaluator that
// kube-apiserver itself uses. It reads YAML documents on stdin and prints one JSON document:
// how many objects it read, whose pod templates it judged, by how many checks, and every violation.
// It ends with 0 whatever it finds, with 2 when it cannot read its input.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

type workload struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

type finding struct {
	workload
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

type report struct {
	Objects   int        `json:"objects"`
	Workloads []workload `json:"workloads"`
	Checks    int        `json:"checks"`
	Findings  []finding  `json:"findings"`
}

// template returns the pod template of an object, or nil when objects of its kind have none.
func template(kind metav1.TypeMeta, document []byte) (*metav1.ObjectMeta, *corev1.PodSpec, error) {
	switch kind.APIVersion + "/" + kind.Kind {
	case "v1/Pod":
		var object corev1.Pod
		err := yaml.UnmarshalStrict(document, &object)
		return &object.ObjectMeta, &object.Spec, err
	case "apps/v1/Deployment":
		var object appsv1.Deployment
		err := yaml.UnmarshalStrict(document, &object)
		return &object.Spec.Template.ObjectMeta, &object.Spec.Template.Spec, err
	case "apps/v1/StatefulSet":
		var object appsv1.StatefulSet
		err := yaml.UnmarshalStrict(document, &object)
		return &object.Spec.Template.ObjectMeta, &object.Spec.Template.Spec, err
	case "apps/v1/DaemonSet":
		var object appsv1.DaemonSet
		err := yaml.UnmarshalStrict(document, &object)
		return &object.Spec.Template.ObjectMeta, &object.Spec.Template.Spec, err
	case "apps/v1/ReplicaSet":
		var object appsv1.ReplicaSet
		err := yaml.UnmarshalStrict(document, &object)
		return &object.Spec.Template.ObjectMeta, &object.Spec.Template.Spec, err
	case "batch/v1/Job":
		var object batchv1.Job
		err := yaml.UnmarshalStrict(document, &object)
		return &object.Spec.Template.ObjectMeta, &object.Spec.Template.Spec, err
	case "batch/v1/CronJob":
		var object batchv1.CronJob
		err := yaml.UnmarshalStrict(document, &object)
		return &object.Spec.JobTemplate.Spec.Template.ObjectMeta, &object.Spec.JobTemplate.Spec.Template.Spec, err
	}
	return nil, nil, nil
}

func judge(input io.Reader) (*report, error) {
	checks := policy.DefaultChecks()
	evaluator, err := policy.NewEvaluator(checks)
	if err != nil {
		return nil, err
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := &report{Workloads: []workload{}, Findings: []finding{}}
	documents := utilyaml.NewYAMLReader(bufio.NewReader(input))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return result, nil
		}
		if err != nil {
			return nil, err
		}
		var head metav1.PartialObjectMetadata
		if err := yaml.Unmarshal(document, &head); err != nil {
			return nil, fmt.Errorf("document %d: %w", result.Objects+1, err)
		}
		if head.Kind == "" {
			continue // an empty document, or comments only
		}
		result.Objects++
		metadata, spec, err := template(head.TypeMeta, document)
		if err != nil {
			return nil, fmt.Errorf("%s %s/%s: %w", head.Kind, head.Namespace, head.Name, err)
		}
		if spec == nil {
			continue
		}
		judged := workload{head.Kind, head.Namespace, head.Name}
		result.Workloads = append(result.Workloads, judged)
		for _, check := range evaluator.EvaluatePod(restricted, metadata, spec) {
			result.Checks++
			if !check.Allowed {
				result.Findings = append(result.Findings, finding{judged, check.ForbiddenReason, check.ForbiddenDetail})
			}
		}
	}
}

func main() {
	result, err := judge(os.Stdin)
	if err != nil {
		fmt.Fprintf(os.Stderr, "psa: stdin: %v\n", err)
		os.Exit(2)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(result); err != nil {
		os.Exit(2)
	}
}
