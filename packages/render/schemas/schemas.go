// Package schemas names the Go types whose modules bring the schemas of what the templates write, so that go.mod
// keeps their versions. Contour, cert-manager and Flagger have their CustomResourceDefinitions in the same
// module; those of Flux are generated from its types.
package schemas

import (
	_ "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	_ "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	_ "github.com/fluxcd/helm-controller/api/v2"
	_ "github.com/fluxcd/image-automation-controller/api/v1"
	_ "github.com/fluxcd/image-reflector-controller/api/v1"
	_ "github.com/fluxcd/kustomize-controller/api/v1"
	_ "github.com/fluxcd/notification-controller/api/v1"
	_ "github.com/fluxcd/notification-controller/api/v1beta3"
	_ "github.com/fluxcd/source-controller/api/v1"
	_ "github.com/projectcontour/contour/apis/projectcontour/v1"
)
