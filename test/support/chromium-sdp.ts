// Session descriptions as Chromium 156 wrote them, with one codec of each kind so that they stay short.

const crlf = (text: string): string => `${text.trim().replaceAll('\n', '\r\n')}\r\n`;

/** Sound both ways, a picture in three layers (simulcast), a picture that is only to come, and a section that rests. */
export const SIMULCAST_OFFER = crlf(`
v=0
o=- 4361893479295636536 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2 3
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:5Dv8
a=ice-pwd:lPIrnUXB5aTUTJgkfjEASM2j
a=ice-options:trickle
a=fingerprint:sha-256 56:6E:74:22:07:24:59:90:04:D9:1C:E8:7E:A6:E6:94:02:71:08:19:BD:55:73:54:B6:38:97:01:73:9B:69:08
a=setup:actpass
a=mid:0
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:- 848f52c6-1915-437b-8d12-b1c0f162c737
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=ssrc:4228859729 cname:9OWrovVA2sJSAk3r
a=ssrc:4228859729 msid:- 848f52c6-1915-437b-8d12-b1c0f162c737
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:5Dv8
a=ice-pwd:lPIrnUXB5aTUTJgkfjEASM2j
a=ice-options:trickle
a=fingerprint:sha-256 56:6E:74:22:07:24:59:90:04:D9:1C:E8:7E:A6:E6:94:02:71:08:19:BD:55:73:54:B6:38:97:01:73:9B:69:08
a=setup:actpass
a=mid:1
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=sendonly
a=msid:- a0c7fa70-f9fd-48c2-a59f-b43a2cb262f5
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rid:q send
a=rid:h send
a=rid:f send
a=simulcast:send q;h;f
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:5Dv8
a=ice-pwd:lPIrnUXB5aTUTJgkfjEASM2j
a=ice-options:trickle
a=fingerprint:sha-256 56:6E:74:22:07:24:59:90:04:D9:1C:E8:7E:A6:E6:94:02:71:08:19:BD:55:73:54:B6:38:97:01:73:9B:69:08
a=setup:actpass
a=mid:2
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:5Dv8
a=ice-pwd:lPIrnUXB5aTUTJgkfjEASM2j
a=ice-options:trickle
a=fingerprint:sha-256 56:6E:74:22:07:24:59:90:04:D9:1C:E8:7E:A6:E6:94:02:71:08:19:BD:55:73:54:B6:38:97:01:73:9B:69:08
a=setup:actpass
a=mid:3
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=inactive
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
`);

/** The answer to it: nothing of its own but the picture that was asked for. */
export const ANSWER = crlf(`
v=0
o=- 1553735305236920863 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2 3
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:ulI8
a=ice-pwd:hxd+0hi8JaisC32K1iDbb1nH
a=ice-options:trickle
a=fingerprint:sha-256 4E:AF:57:BF:E9:77:A2:77:3E:60:1C:3F:7B:87:92:E5:4D:2F:24:B5:29:BC:A1:97:C2:63:17:B9:AB:73:04:10
a=setup:active
a=mid:0
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:ulI8
a=ice-pwd:hxd+0hi8JaisC32K1iDbb1nH
a=ice-options:trickle
a=fingerprint:sha-256 4E:AF:57:BF:E9:77:A2:77:3E:60:1C:3F:7B:87:92:E5:4D:2F:24:B5:29:BC:A1:97:C2:63:17:B9:AB:73:04:10
a=setup:active
a=mid:1
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:ulI8
a=ice-pwd:hxd+0hi8JaisC32K1iDbb1nH
a=ice-options:trickle
a=fingerprint:sha-256 4E:AF:57:BF:E9:77:A2:77:3E:60:1C:3F:7B:87:92:E5:4D:2F:24:B5:29:BC:A1:97:C2:63:17:B9:AB:73:04:10
a=setup:active
a=mid:2
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=sendonly
a=msid:- 9f56ae0c-4728-4db9-94d5-d8c09bcf641a
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=ssrc:1829348359 cname:iLWZhUoO0kj1sA+i
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:ulI8
a=ice-pwd:hxd+0hi8JaisC32K1iDbb1nH
a=ice-options:trickle
a=fingerprint:sha-256 4E:AF:57:BF:E9:77:A2:77:3E:60:1C:3F:7B:87:92:E5:4D:2F:24:B5:29:BC:A1:97:C2:63:17:B9:AB:73:04:10
a=setup:active
a=mid:3
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=inactive
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
`);

/** A later offer of the first: the picture in layers is stopped for good (port 0). */
export const STOPPED_OFFER = crlf(`
v=0
o=- 4361893479295636536 3 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 2 3
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:122312593 1 udp 2113937151 01064f34-1c25-4b54-8f19-34578b43968b.local 39681 typ host generation 0 network-cost 999
a=candidate:3685153 1 udp 2113942271 a9733c59-0b7f-4739-9737-6bbda4e5a60f.local 36342 typ host generation 0 network-cost 999
a=ice-ufrag:5Dv8
a=ice-pwd:lPIrnUXB5aTUTJgkfjEASM2j
a=ice-options:trickle
a=fingerprint:sha-256 56:6E:74:22:07:24:59:90:04:D9:1C:E8:7E:A6:E6:94:02:71:08:19:BD:55:73:54:B6:38:97:01:73:9B:69:08
a=setup:actpass
a=mid:0
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:- 848f52c6-1915-437b-8d12-b1c0f162c737
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=ssrc:4228859729 cname:9OWrovVA2sJSAk3r
a=ssrc:4228859729 msid:- 848f52c6-1915-437b-8d12-b1c0f162c737
m=video 0 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:122312593 1 udp 2113937151 01064f34-1c25-4b54-8f19-34578b43968b.local 59785 typ host generation 0 network-cost 999
a=candidate:3685153 1 udp 2113942271 a9733c59-0b7f-4739-9737-6bbda4e5a60f.local 46731 typ host generation 0 network-cost 999
a=ice-ufrag:5Dv8
a=ice-pwd:lPIrnUXB5aTUTJgkfjEASM2j
a=ice-options:trickle
a=fingerprint:sha-256 56:6E:74:22:07:24:59:90:04:D9:1C:E8:7E:A6:E6:94:02:71:08:19:BD:55:73:54:B6:38:97:01:73:9B:69:08
a=setup:actpass
a=mid:1
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=inactive
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:122312593 1 udp 2113937151 01064f34-1c25-4b54-8f19-34578b43968b.local 38067 typ host generation 0 network-cost 999
a=candidate:3685153 1 udp 2113942271 a9733c59-0b7f-4739-9737-6bbda4e5a60f.local 55158 typ host generation 0 network-cost 999
a=ice-ufrag:5Dv8
a=ice-pwd:lPIrnUXB5aTUTJgkfjEASM2j
a=ice-options:trickle
a=fingerprint:sha-256 56:6E:74:22:07:24:59:90:04:D9:1C:E8:7E:A6:E6:94:02:71:08:19:BD:55:73:54:B6:38:97:01:73:9B:69:08
a=setup:actpass
a=mid:2
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:122312593 1 udp 2113937151 01064f34-1c25-4b54-8f19-34578b43968b.local 37942 typ host generation 0 network-cost 999
a=candidate:3685153 1 udp 2113942271 a9733c59-0b7f-4739-9737-6bbda4e5a60f.local 57914 typ host generation 0 network-cost 999
a=ice-ufrag:5Dv8
a=ice-pwd:lPIrnUXB5aTUTJgkfjEASM2j
a=ice-options:trickle
a=fingerprint:sha-256 56:6E:74:22:07:24:59:90:04:D9:1C:E8:7E:A6:E6:94:02:71:08:19:BD:55:73:54:B6:38:97:01:73:9B:69:08
a=setup:actpass
a=mid:3
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=inactive
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
`);
