
    /// @dev The points that the public signals multiply, IC_1, IC_2, ..., and room for a scalar.
    function _points() private pure returns (bytes memory) {
        return
$points;
    }
