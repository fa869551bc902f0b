// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/file_attributes.h"

#include "core/trainer/data/hdf5_handle.h"

#include <cstring>

namespace widthwise::trainer {

namespace {

/// What is listed at most; a damaged file may say anything.
constexpr hssize_t mostValues = 10000;
constexpr std::size_t longestText = 10000;

struct Attribute {
    Attribute(hid_t object, const char* name)
    {
        if (H5Aexists(object, name) > 0) {
            id = {H5Aopen(object, name, H5P_DEFAULT), H5Aclose};
            type = {H5Aget_type(id.get()), H5Tclose};
            space = {H5Aget_space(id.get()), H5Sclose};
            count = H5Sget_simple_extent_npoints(space.get());
        }
    }
    bool is(H5T_class_t kind) const
    {
        return static_cast<bool>(id) && H5Tget_class(type.get()) == kind && count >= 0 && count <= mostValues;
    }

    Hdf5Handle id;
    Hdf5Handle type;
    Hdf5Handle space;
    hssize_t count = 0;
};

} // namespace

std::optional<std::vector<std::string>> textsAttribute(hid_t object, const char* name)
{
    const Attribute attribute(object, name);
    const std::size_t size = attribute.id ? H5Tget_size(attribute.type.get()) : 0;
    if (!attribute.is(H5T_STRING) || size > longestText) {
        return std::nullopt;
    }
    const auto count = static_cast<std::size_t>(attribute.count);
    std::vector<std::string> texts;
    if (H5Tis_variable_str(attribute.type.get()) > 0) {
        std::vector<char*> pointers(count, nullptr);
        if (H5Aread(attribute.id.get(), attribute.type.get(), pointers.data()) < 0) {
            return std::nullopt;
        }
        for (const char* text : pointers) {
            texts.emplace_back(text == nullptr ? "" : text);
        }
        H5Dvlen_reclaim(attribute.type.get(), attribute.space.get(), H5P_DEFAULT, pointers.data());
        return texts;
    }
    std::vector<char> bytes(count * size);
    if (H5Aread(attribute.id.get(), attribute.type.get(), bytes.data()) < 0) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < count; ++i) {
        texts.emplace_back(&bytes[i * size], strnlen(&bytes[i * size], size));
    }
    return texts;
}

std::optional<std::string> textAttribute(hid_t object, const char* name)
{
    auto texts = textsAttribute(object, name);
    return texts && texts->size() == 1 ? std::optional(texts->front()) : std::nullopt;
}

std::optional<std::vector<double>> numbersAttribute(hid_t object, const char* name)
{
    const Attribute attribute(object, name);
    if (!attribute.is(H5T_INTEGER) && !attribute.is(H5T_FLOAT)) {
        return std::nullopt;
    }
    std::vector<double> numbers(static_cast<std::size_t>(attribute.count));
    if (H5Aread(attribute.id.get(), H5T_NATIVE_DOUBLE, numbers.data()) < 0) {
        return std::nullopt;
    }
    return numbers;
}

std::optional<double> numberAttribute(hid_t object, const char* name)
{
    const auto numbers = numbersAttribute(object, name);
    return numbers && numbers->size() == 1 ? std::optional(numbers->front()) : std::nullopt;
}

} // namespace widthwise::trainer
