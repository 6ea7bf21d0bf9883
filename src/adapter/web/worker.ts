/** The program of Deno's workers. */
import { serve } from "./serve.js";

serve();
