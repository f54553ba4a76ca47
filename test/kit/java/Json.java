import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** As much of a JSON library as the test needs: what is no object, list or text stays as it is written. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    record Literal(String text) {}

    @SuppressWarnings("unchecked")
    static Map<String, ?> object(byte[] text) {
        return (Map<String, ?>) new Json(new String(text, StandardCharsets.UTF_8)).value();
    }

    static String print(Object value) {
        if (value instanceof Map<?, ?> map)
            return map.entrySet().stream().map(e -> print(e.getKey()) + ":" + print(e.getValue())).collect(Collectors.joining(",", "{", "}"));
        if (value instanceof List<?> list) return list.stream().map(Json::print).collect(Collectors.joining(",", "[", "]"));
        if (value instanceof Literal literal) return literal.text();
        return value.toString().chars().mapToObj(c -> String.format("\\u%04x", c)).collect(Collectors.joining("", "\"", "\""));
    }

    private Object value() {
        blanks();
        switch (text.charAt(at)) {
            case '{':
                Map<String, Object> map = new LinkedHashMap<>();
                for (at++; next('}'); ) {
                    String name = string();
                    blanks();
                    at++;
                    map.put(name, value());
                }
                return map;
            case '[':
                List<Object> list = new ArrayList<>();
                for (at++; next(']'); ) list.add(value());
                return list;
            case '"':
                return string();
            default:
                int from = at;
                while (",]} \n".indexOf(text.charAt(at)) < 0) at++;
                return new Literal(text.substring(from, at));
        }
    }

    /** Whether another member begins; steps over the comma or the end. */
    private boolean next(char end) {
        blanks();
        if (text.charAt(at) == ',') at++;
        blanks();
        if (text.charAt(at) != end) return true;
        at++;
        return false;
    }

    private String string() {
        StringBuilder read = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) read.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
        at++;
        return read.toString();
    }

    private char escaped() {
        char is = text.charAt(++at);
        if (is != 'u') return "bfnrt".indexOf(is) < 0 ? is : "\b\f\n\r\t".charAt("bfnrt".indexOf(is));
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
    }

    private void blanks() {
        while (Character.isWhitespace(text.charAt(at))) at++;
    }
}
