// Package antiphon reads Antiphon's webhooks: bytes in, events out. Go 1.19 or later, no module. On an error answer 400.
package antiphon

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Webhook is made once per process, for it remembers the keys. JWKSURL: https://<your Antiphon>/.well-known/jwks.json.
type Webhook struct {
	AppID, JWKSURL string
	lock           sync.Mutex
	keys           map[string]*rsa.PublicKey
	askedAt        time.Time
}

// Events of a body, the bytes as they came, before any parser. Give time.Now() as now.
func (w *Webhook) Events(body []byte, headers http.Header, now time.Time) ([]map[string]any, error) {
	w.lock.Lock()
	defer w.lock.Unlock()
	// Keys are good for ten minutes; ids that are unknown make us ask again, but not all the time.
	id, age := headers.Get("X-Webhook-Signature-Key-Id"), now.Sub(w.askedAt)
	if age > 10*time.Minute || w.keys[id] == nil && age > 10*time.Second {
		w.askedAt, w.keys = now, map[string]*rsa.PublicKey{}
		var set map[string][]struct{ Kid, Alg, N string }
		answer, err := (&http.Client{Timeout: 2 * time.Second}).Get(w.JWKSURL)
		if err != nil || json.NewDecoder(answer.Body).Decode(&set) != nil {
			return nil, errors.New("antiphon: no keys at " + w.JWKSURL)
		}
		answer.Body.Close()
		for _, jwk := range set["keys"] {
			if n, err := base64.RawURLEncoding.DecodeString(jwk.N); err == nil && jwk.Alg == "PS256" {
				w.keys[jwk.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}
			}
		}
	}
	form, text, _ := strings.Cut(headers.Get("X-Webhook-Signature"), "=")
	signature, err := base64.RawURLEncoding.DecodeString(text)
	digest, pss := sha256.Sum256(body), &rsa.PSSOptions{SaltLength: 32}
	var batch struct {
		AppID  string    `json:"app_id"`
		SentAt time.Time `json:"sent_at"`
		Events []map[string]any
	}
	if w.keys[id] == nil || form != "rsassa-pss-sha256" || err != nil ||
		rsa.VerifyPSS(w.keys[id], crypto.SHA256, digest[:], signature, pss) != nil ||
		json.Unmarshal(body, &batch) != nil || batch.AppID != w.AppID || now.Sub(batch.SentAt).Abs() > 5*time.Minute {
		return nil, errors.New("antiphon: not signed by Antiphon, for another application, or sent more than 5 minutes ago")
	}
	return batch.Events, nil
}
