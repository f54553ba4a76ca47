package com.fasterxml.jackson.databind;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much of Jackson as the hook needs: objects, lists, texts without escapes but `\"` and `\\`, and what has no quotes as it stands. */
public class ObjectMapper {
    private String text;
    private int at;

    public synchronized <T> T readValue(byte[] json, Class<T> as) {
        text = new String(json, StandardCharsets.UTF_8);
        at = 0;
        return as.cast(value());
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
                while (",]} ".indexOf(text.charAt(at)) < 0) at++;
                return text.substring(from, at);
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
        for (at++; text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') at++;
            read.append(text.charAt(at));
        }
        at++;
        return read.toString();
    }

    private void blanks() {
        while (Character.isWhitespace(text.charAt(at))) at++;
    }
}
