// As driver.mjs.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"driver/antiphon"
)

func main() {
	webhook := &antiphon.Webhook{AppID: os.Args[1], JWKSURL: os.Args[2]}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		given := strings.Split(lines.Text(), "\t")
		ms, _ := strconv.ParseInt(given[0], 10, 64)
		body, _ := base64.StdEncoding.DecodeString(given[3])
		headers := http.Header{}
		for i, name := range []string{"X-Webhook-Signature", "X-Webhook-Signature-Key-Id"} {
			if given[i+1] != "" {
				headers.Set(name, given[i+1])
			}
		}
		events, err := webhook.Events(body, headers, time.UnixMilli(ms))
		if err != nil {
			fmt.Println("refused", err)
			continue
		}
		text, _ := json.Marshal(events)
		fmt.Println(string(text))
	}
}
