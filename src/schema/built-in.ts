import { schemaText } from './generated/schema.ts';
import { ImageSchema } from './image-schema.ts';
import { IMAGES } from './images.ts';
import { Schema } from './schema.ts';

/** The images of CRIU up to version 4.3. */
export const BUILT_IN: ImageSchema = new ImageSchema(new Schema(schemaText), IMAGES);
