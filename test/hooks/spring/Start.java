import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Compiles what is in the folder and the files that are named, and runs `Legacy`, in the one process: most of a compiler's time is its start. */
public class Start {
    public static void main(String[] files) throws Exception {
        try (Stream<Path> found = Files.walk(Path.of(""))) {
            List<String> sources = Stream.concat(found.map(Path::toString), Stream.of(files)).filter(name -> name.endsWith(".java")).toList();
            String[] flags = {"-proc:none", "-nowarn", "-d", "."};
            String[] args = Stream.concat(Stream.of(flags), sources.stream()).toArray(String[]::new);
            if (ToolProvider.getSystemJavaCompiler().run(null, null, null, args) != 0) System.exit(1);
        }
        URLClassLoader loader = new URLClassLoader(new URL[] {new File("").getAbsoluteFile().toURI().toURL()});
        loader.loadClass("Legacy").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }
}
