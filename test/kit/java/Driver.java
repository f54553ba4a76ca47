import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** As driver.mjs. */
public class Driver {
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        AntiphonWebhook webhook = new AntiphonWebhook(args[0], URI.create(args[1]), Json::object);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] given = line.split("\t", -1);
            byte[] body = Base64.getDecoder().decode(given[3]);
            try {
                Instant now = Instant.ofEpochMilli(Long.parseLong(given[0]));
                out.println(Json.print(webhook.events(body, given[1].isEmpty() ? null : given[1], given[2].isEmpty() ? null : given[2], now)));
            } catch (Exception error) {
                out.println("refused " + error);
            }
        }
        out.flush();
    }
}
