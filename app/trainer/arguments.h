// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// A subcommand's options: `--key value`, `--key=value`, and flags without a value.
class Arguments {
public:
    /// Throws InputError for an option that is not among `options` or `flags`, or that lacks its value.
    Arguments(const std::vector<std::string>& words, const std::vector<std::string>& options,
              const std::vector<std::string>& flags);

    bool has(const std::string& key) const { return m_values.contains(key); }
    /// Throws InputError where the option was not given.
    std::string text(const std::string& key) const;
    /// Where the option was not given, `otherwise`.
    std::string text(const std::string& key, const std::string& otherwise) const;
    /// A whole number of at least `low`; `otherwise` where the option was not given. Throws InputError.
    std::uint64_t number(const std::string& key, std::uint64_t low, std::uint64_t otherwise) const;

private:
    std::map<std::string, std::string> m_values;
};

} // namespace widthwise::trainer
