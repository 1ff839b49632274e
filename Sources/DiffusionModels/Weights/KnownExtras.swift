/// Tensors that published files have and the models have no use for.
package enum KnownExtras {
    /// Those in the files of a CLIP text encoder (`text_encoder`, `text_encoder_2`): the positions 0...76 that
    /// transformers stored before 4.31, and the rest of CLIP where somebody exported the whole model.
    package static func ofTextEncoder(_ name: String) -> Bool {
        name == "logit_scale" || name == "text_projection.weight" || name == "visual_projection.weight"
            || name == "text_model.embeddings.position_ids" || name == "embeddings.position_ids"
            || name.hasPrefix("vision_model.")
    }
}
