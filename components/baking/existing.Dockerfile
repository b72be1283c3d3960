# An image that the registry has already: nothing is built, and what is pushed is what is there.
ARG IMAGE
FROM ${IMAGE}
