// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <any>
#include <memory>
#include <type_traits>
#include <utility>

namespace widthwise::trainer {

/// Some samples of a family, laid out for its models. What is in it only the family knows: it makes batches
/// of a type of its own, and its models take that type out again. Copies share it.
class Batch {
public:
    template <typename Content>
    requires(!std::is_same_v<std::decay_t<Content>, Batch>) Batch(Content&& content)
        : m_content(std::make_shared<std::decay_t<Content>>(std::forward<Content>(content)))
    {
    }

    /// Throws std::bad_any_cast where the batch is of another family.
    template <typename Content>
    Content& as() const
    {
        return *std::any_cast<const std::shared_ptr<Content>&>(m_content);
    }

private:
    std::any m_content;
};

} // namespace widthwise::trainer
