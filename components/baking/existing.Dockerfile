# An image that the registry already has. The build adds nothing, so the push changes nothing.
ARG IMAGE
FROM ${IMAGE}
