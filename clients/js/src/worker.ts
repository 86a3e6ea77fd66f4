import { serve } from "./hub.js";

serve(globalThis as never);
