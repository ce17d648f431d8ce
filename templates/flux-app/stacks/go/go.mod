module ${{ values.repoHost.split(':')[0] }}/${{ values.repoOwner }}/${{ values.name }}

go 1.26
