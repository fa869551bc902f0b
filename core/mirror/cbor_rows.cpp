// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/cbor_rows.h"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <vector>

namespace widthwise {

namespace {

using nlohmann::json;

constexpr std::size_t deepest = 8; ///< arrays within one another; an answer has 4

class Rows final : public nlohmann::json_sax<json> {
public:
    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(std::int64_t value) override { return add(value); }
    bool number_unsigned(std::uint64_t value) override { return add(value); }
    bool number_float(double value, const std::string&) override { return add(value); }
    bool string(std::string& value) override { return add(std::move(value)); }
    bool binary(json::binary_t& value) override { return add(std::move(value)); }
    bool start_array(std::size_t) override
    {
        if (m_open.size() == deepest)
            throw std::invalid_argument("it is nested too deeply");
        add(json::array());
        m_open.push_back(m_last);
        return true;
    }
    bool end_array() override
    {
        m_open.pop_back();
        return true;
    }
    bool start_object(std::size_t) override { throw std::invalid_argument("it holds a map"); }
    bool key(std::string&) override { return false; }
    bool end_object() override { return false; }
    bool parse_error(std::size_t, const std::string&, const json::exception& error) override
    {
        throw std::invalid_argument(error.what());
    }

    json take() { return std::move(m_root); }

private:
    bool add(json value)
    {
        m_last = m_open.empty() ? &m_root : &m_open.back()->emplace_back();
        *m_last = std::move(value);
        return true;
    }

    json m_root;
    json* m_last = nullptr;    ///< what came last
    std::vector<json*> m_open; ///< arrays that have not ended; each is the last item of the one before
};

} // namespace

json rowsFromCbor(std::string_view bytes)
{
    Rows rows;
    json::sax_parse(bytes.begin(), bytes.end(), &rows, json::input_format_t::cbor);
    return rows.take();
}

} // namespace widthwise
