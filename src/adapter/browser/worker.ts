/** The program of a browser's workers, beside the adapter: where a bundle looks for it too. */
import { serve } from "../web/serve.js";

serve();
