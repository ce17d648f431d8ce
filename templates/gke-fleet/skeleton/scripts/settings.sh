# What the scripts make. Read by them, never run. Change it here, then run setup-cluster.sh again.
# shellcheck shell=bash disable=SC2034

PROJECT='${{ values.project }}'
CLUSTER='${{ values.name }}'
MODE='${{ values.mode }}'                   # standard or autopilot
LOCATION_TYPE='${{ values.locationType }}'  # zonal or regional
REGION='${{ values.region }}'
ZONE='${{ values.zone }}'                   # its letter, for zonal
RELEASE_CHANNEL='${{ values.releaseChannel }}'
PRIVATE_NODES=${{ values.privateNodes }}

# Not for Autopilot. The nodes of a regional cluster count for each of its three zones.
NODES='${{ values.nodes or '' }}'
MACHINE_TYPE='${{ values.machineType or '' }}'
DISK_GB='${{ values.diskGb or '' }}'
DISK_TYPE='${{ values.diskType or '' }}'
SPOT=${{ values.spot }}
AUTOSCALING=${{ values.autoscaling }}
MIN_NODES='${{ values.minNodes or '' }}'
MAX_NODES='${{ values.maxNodes or '' }}'

GITHUB_HOST='${{ values.repoHost }}'
GITHUB_OWNER='${{ values.repoOwner }}'
GITHUB_REPOSITORY='${{ values.repoName }}'
DOMAIN='${{ values.domain }}'
FLUX_VERSION='2.9'                          # or newer

# US dollars a month, as in docs/cost.md
costs() {
  cat << 'COSTS'
{% for line in values.estimate.lines %}
${{ line.item }}: ${{ line.monthly }}
{% endfor %}
COSTS
}
