// Generated from flux-backend/src/openapi.yaml by `yarn openapi`; don't edit.

// prettier-ignore
/**
 * All paths of the HTTP API, as openapi-fetch takes them.
 *
 * @public
 */
export interface paths {
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listClusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clusters/{cluster}/namespaces/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                namespace: string;
            };
            cookie?: never;
        };
        get: operations["getNamespace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listResources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getResource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["streamEntityViews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entities/{namespace}/{kind}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        get: operations["getEntityView"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entities/{namespace}/{kind}/{name}/resource": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        get: operations["getEntityResource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entities/{namespace}/{kind}/{name}/resource/log": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        get: operations["getEntityLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entities/{namespace}/{kind}/{name}/actions/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["reconcile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entities/{namespace}/{kind}/{name}/actions/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["suspend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entities/{namespace}/{kind}/{name}/actions/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}

// prettier-ignore
/**
 * What the HTTP API’s answers are made of.
 *
 * @public
 */
export interface components {
    schemas: {
        Error: {
            error: {
                name: string;
                message: string;
            };
        };
        ResourceRef: {
            cluster: string;
            group: string;
            kind: string;
            namespace: string;
            name: string;
        };
        ResourceRefs: components["schemas"]["ResourceRef"][];
        ReconcileRequest: {
            resources?: components["schemas"]["ResourceRefs"];
            cluster?: string;
            withSource?: boolean;
        };
        SuspendRequest: {
            resources: components["schemas"]["ResourceRefs"];
            reason: string;
        };
        ResumeRequest: {
            resources: components["schemas"]["ResourceRefs"];
        };
        ListedKind: "GitRepository" | "OCIRepository" | "Bucket" | "HelmRepository" | "HelmChart" | "ExternalArtifact" | "ArtifactGenerator" | "ImageRepository" | "ImagePolicy" | "ImageUpdateAutomation" | "Kustomization" | "HelmRelease" | "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob" | "Job" | "Canary" | "Service" | "Ingress" | "HTTPProxy" | "HTTPRoute" | "Receiver" | "Alert" | "Provider";
        ActionResponse: {
            results: {
                ref: components["schemas"]["ResourceRef"];
                ok: boolean;
                error?: string;
            }[];
        };
        ClusterConnection: {
            state: "syncing" | "live" | "stale" | "down";
            since: string;
            reason?: string;
            nextTryAt?: string;
            missing?: {
                kind: string;
                reason: "forbidden" | "notInstalled" | "unreadable";
                message?: string;
            }[];
        };
        FluxClusterInfo: {
            name: string;
            title?: string;
            connection: components["schemas"]["ClusterConnection"];
            fluxVersion?: string;
        };
        FluxNamespaceInfo: {
            exists: boolean;
        };
        ResourceState: "failing" | "stalled" | "suspended" | "progressing" | "updatePending" | "waiting" | "stale" | "unknown" | "upToDate";
        ResourceStatus: {
            state: components["schemas"]["ResourceState"];
            summary: string;
            message: string;
            reason?: string;
            rawMessage?: string;
            since?: string;
        };
        RevisionView: {
            raw: string;
            label: string;
            commit?: string;
            url?: string;
        };
        ImageVersion: {
            image: string;
            tag?: string;
            digest?: string;
            label: string;
        };
        ResourceView: {
            id: string;
            ref: components["schemas"]["ResourceRef"];
            status: components["schemas"]["ResourceStatus"];
            parentId?: string;
            version?: components["schemas"]["RevisionView"];
            wantedVersion?: components["schemas"]["RevisionView"];
            versionText?: string;
            lastReconciledAt?: string;
            createdAt?: string;
            suspension?: {
                by?: string;
                reason?: string;
                at?: string;
            };
            requestedBy?: string;
            requestedAt?: string;
            dependsOn: string[];
            actions: {
                reconcile: boolean;
                suspend: boolean;
                resume: boolean;
            };
        };
        Cause: {
            ref: components["schemas"]["ResourceRef"];
            state: "failing" | "stalled" | "waiting" | "suspended";
            title: string;
            detail?: string;
            since?: string;
            revision?: components["schemas"]["RevisionView"];
            remedy?: string;
            affects: string[];
        };
        ChainStop: {
            label: string;
            state: components["schemas"]["ResourceState"] | ("running" | "notReached");
            text: string;
            resourceId?: string;
        };
        ClusterView: {
            name: string;
            title?: string;
            connection: components["schemas"]["ClusterConnection"];
            status: components["schemas"]["ResourceStatus"];
            cause?: components["schemas"]["Cause"];
            running?: components["schemas"]["ImageVersion"];
            latest?: components["schemas"]["ImageVersion"];
            pending?: {
                blocked: boolean;
                next: string;
            };
            appliedAt?: string;
            chain: components["schemas"]["ChainStop"][];
            resources: components["schemas"]["ResourceView"][];
        };
        FluxEntityView: {
            entityRef: string;
            status: components["schemas"]["ResourceStatus"];
            clusters: components["schemas"]["ClusterView"][];
            empty?: {
                annotated: boolean;
                example: string;
            };
            notFound?: {
                ref: {
                    group: string;
                    kind: string;
                    namespace: string;
                    name: string;
                };
                message: string;
            }[];
        };
        ResourceRow: {
            id: string;
            ref: components["schemas"]["ResourceRef"];
            status: {
                state: components["schemas"]["ResourceState"];
                summary: string;
                message: string;
                reason?: string;
                since?: string;
            };
            suspended: boolean;
            version?: components["schemas"]["RevisionView"];
            versionText?: string;
            lastReconciledAt?: string;
        };
        Facet: {
            value: string;
            count: number;
        }[];
        FluxResourceList: {
            items: components["schemas"]["ResourceRow"][];
            totalItems: number;
            pageInfo: {
                nextCursor?: string;
            };
            facets: {
                state: components["schemas"]["Facet"];
                kind: components["schemas"]["Facet"];
                cluster: components["schemas"]["Facet"];
            };
            notLive: components["schemas"]["FluxClusterInfo"][];
        };
        ResourceEvent: {
            type: "Normal" | "Warning";
            reason: string;
            message: string;
            count: number;
            firstAt?: string;
            lastAt?: string;
            source?: string;
        };
        FluxResourceDetail: {
            resource: components["schemas"]["ResourceView"];
            object: {
                [key: string]: unknown;
            };
            truncated: boolean;
            events: components["schemas"]["ResourceEvent"][];
            eventsError?: string;
        };
        FluxStreamView: {
            entityRef: string;
            etag: string;
            view: components["schemas"]["FluxEntityView"];
        };
        FluxStreamUnchanged: {
            entityRef: string;
        };
        FluxStreamFailed: {
            entityRef: string;
            error: {
                name: string;
                message: string;
                statusCode: number;
            };
        };
    };
    responses: {
        NotModified: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        BadInput: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        NotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        NoCluster: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        NothingToDo: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        namespace: string;
        kind: string;
        name: string;
        id: string;
    };
    requestBodies: never;
    headers: {
        ETag: string;
    };
    pathItems: never;
}

// prettier-ignore
/**
 * All operations of the HTTP API, by their ids.
 *
 * @public
 */
export interface operations {
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    listClusters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FluxClusterInfo"][];
                    };
                };
            };
            304: components["responses"]["NotModified"];
            403: components["responses"]["NotAllowed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FluxNamespaceInfo"];
                };
            };
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NoCluster"];
            503: components["responses"]["Unavailable"];
        };
    };
    listResources: {
        parameters: {
            query?: {
                cluster?: string[];
                namespace?: string[];
                kind?: components["schemas"]["ListedKind"][];
                state?: components["schemas"]["ResourceState"][];
                search?: string;
                sort?: "state" | "name" | "kind" | "cluster" | "namespace" | "since";
                order?: "asc" | "desc";
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FluxResourceList"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getResource: {
        parameters: {
            query: {
                id: components["parameters"]["id"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FluxResourceDetail"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    streamEntityViews: {
        parameters: {
            query: {
                entity: string[];
            };
            header?: {
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["BadInput"];
        };
    };
    getEntityView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FluxEntityView"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getEntityResource: {
        parameters: {
            query: {
                id: components["parameters"]["id"];
            };
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FluxResourceDetail"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    getEntityLog: {
        parameters: {
            query: {
                id: components["parameters"]["id"];
                container?: string;
                tailLines?: number;
                previous?: boolean;
            };
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    reconcile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReconcileRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionResponse"];
                };
            };
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NothingToDo"];
            503: components["responses"]["Unavailable"];
        };
    };
    suspend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SuspendRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionResponse"];
                };
            };
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
    resume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace: components["parameters"]["namespace"];
                kind: components["parameters"]["kind"];
                name: components["parameters"]["name"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResumeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActionResponse"];
                };
            };
            400: components["responses"]["BadInput"];
            403: components["responses"]["NotAllowed"];
            404: components["responses"]["NotFound"];
            503: components["responses"]["Unavailable"];
        };
    };
}
