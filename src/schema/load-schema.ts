import { BUILT_IN } from './built-in.ts';
import { schemaText } from './generated/schema.ts';
import { ImageSchema } from './image-schema.ts';
import { IMAGES } from './images.ts';
import { Schema } from './schema.ts';

/**
 * The images of CRIU, and what the .proto files of a directory say of another CRIU: their messages, further fields (`extend`),
 * and images (the option `(image)` of proto/crit.proto). Without a directory, those of CRIU alone.
 *
 * Throws a CritError, with file and line, where the files are none of a schema of images.
 */
export async function loadSchema(directory?: string): Promise<ImageSchema> {
  if (directory === undefined) return BUILT_IN;
  // protobufjs is loaded only here.
  const { readProto } = await import('./proto.ts');
  const { messages, enums, images } = readProto(directory, { ...schemaText, images: IMAGES });
  return new ImageSchema(new Schema({ messages, enums }), images);
}
