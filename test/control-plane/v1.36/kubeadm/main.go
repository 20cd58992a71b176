// kubeadm: what its own main of k8s.io/kubernetes/cmd does. It is a program of its own, because with the servers
// in it it would start slower than the released one, which the benchmark compares with.
package main

import (
	"k8s.io/kubernetes/cmd/kubeadm/app"
	kubeadmerrors "k8s.io/kubernetes/cmd/kubeadm/app/util/errors"
)

func main() {
	kubeadmerrors.HandleError(app.Run())
}
