# The binary alone; --new-from, which asks git, does not work in it.
FROM golang:1.26 AS build
ARG VERSION=""
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X github.com/ctlint/ctlint/cmd/ctlint/cli.Version=${VERSION}" -o /ctlint ./cmd/ctlint

FROM scratch
COPY --from=build /ctlint /ctlint
WORKDIR /work
USER 65534:65534
ENTRYPOINT ["/ctlint"]
CMD ["lint"]
